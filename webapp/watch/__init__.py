"""Watching an installation: figures for Prometheus, and the operator's page about the system.

Owns no table. Reads what waits in every room; writes nothing but what an operator asks for (a job tried again).
"""
