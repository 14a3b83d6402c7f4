"""Web chat: the widget on a customer's site, the socket it speaks over, and who its visitors are."""
