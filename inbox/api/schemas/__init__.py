"""What goes in and comes out, as the API's document declares it."""
