"""What the tabs at the right of the coding screen show, one a file, each in few fixed queries."""
