"""Infrastructure: settings, database, outbox, queue, storage, mail, forms, templating, errors."""
