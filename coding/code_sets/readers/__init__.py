"""One reader a code set: official files in, a `Reading` out. They write nothing."""
