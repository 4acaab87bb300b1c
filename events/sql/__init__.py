"""What both databases share: tables, pages of rows, stored replies."""
