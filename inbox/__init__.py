"""The service: one front door for writes, threading, contacts, outbox, search; API and pages over them."""
