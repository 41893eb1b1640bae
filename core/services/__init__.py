"""The kernel's verbs, one a file: the only places that write the kernel's rows."""
