"""An artist's newsletter: who asked for it, letters to all of them or to some by what they did, the way out.

Tables: newsletter_subscriptions, newsletter_letters, newsletter_deliveries. Publishes no facts: a letter is no news
of the site, it goes to those alone who asked for it and said so twice (docs/newsletters.md).
"""
