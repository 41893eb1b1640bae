"""The CMS-1500 (02/12) on paper: a snapshot to boxes, boxes to rows, rows to a PDF.

Only data is drawn: the red form is bought pre-printed, and its text belongs to others.
"""
