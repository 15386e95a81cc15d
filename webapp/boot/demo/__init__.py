"""Fills an installation with a living demo: people, contests, designs and votes."""
