"""What a bank tells: files read into lines, and which line is likely which payment. All pure."""
