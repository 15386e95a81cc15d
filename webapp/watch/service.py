"""Use case: an operator lets a failed job be tried again."""

from datetime import datetime

from webapp.accounts import audit
from webapp.infra import queue
from webapp.infra.db import transaction
from webapp.kernel.refusal import NotFound
from webapp.watch import jobs


def retry(queue_name: str, job_id: str, operator_id: int, now: datetime) -> None:
    """Put a failed job back into its queue and write down who did. Raises NotFound, RedisError."""
    if queue_name not in queue.QUEUES or not jobs.try_again(queue.connection(), queue_name, job_id):
        raise NotFound()
    with transaction() as session:
        audit.note(session, now, operator_id, None, "system.retry", f"job:{job_id}"[:80], queue=queue_name)
