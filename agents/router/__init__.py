"""What a dispatcher wants: a small learned router that would rather ask than guess."""
