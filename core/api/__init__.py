"""What every REST view of /api/v1/ is built from: tokens, scopes, errors, idempotency, pages."""
