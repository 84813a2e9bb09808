"""Compiling the numba functions ahead, and where the machine code is kept."""
