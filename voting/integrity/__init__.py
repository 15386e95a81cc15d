"""What becomes of ballots that look odd: held by a rule, judged by people, answered to their voters.

Tables: `ballot_acts` (every change of a ballot's state, append-only), `voting_features`, `signal_runs`,
`signal_clusters`, `signal_members`, `ballot_rejections`, `ballot_appeals`. Publishes `BallotsJudged`.
"""
