"""What other portals and crawlers read: the catalogue, the dumps, the sitemap, what the feeds watch."""
