"""What all pages share: from a request to its viewer, forms, rendering, headers."""
