"""The kernel: standard library only; imported by every layer, imports none."""
