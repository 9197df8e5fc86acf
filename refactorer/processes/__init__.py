"""The parent and its children, the pipes between them, and the limits that they work under."""
