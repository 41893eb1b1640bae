"""The desk's own verbs, one a file. Everything else it does is a service of an app to its left."""
