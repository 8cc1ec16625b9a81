"""What differs between both vendors."""
