"""What the day came to: promises, contacts, money, disturbance."""
