"""A payer and a clearinghouse in a box: takes 837P files and answers as real ones do.

Its own process. Of ours it imports nothing but `x12`, and speaks only files, SFTP and HTTP.
"""
