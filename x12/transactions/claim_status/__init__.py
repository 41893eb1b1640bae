"""276 and 277: what has become of a claim (005010X212)."""

VERSION = "005010X212"
