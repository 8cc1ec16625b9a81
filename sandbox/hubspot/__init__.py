"""HubSpot's API and the pages people use, imitated by the rules of its reference page."""
