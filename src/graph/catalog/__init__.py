"""What we say of ourselves: VoID, the service description, the DCAT-AP catalogue, and what others call our things."""
