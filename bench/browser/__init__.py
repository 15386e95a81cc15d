"""`make bench-web`: how soon a phone shows the pages, by Lighthouse and on a crowded concert's network."""
