"""Who stands behind a mail: SPF, DKIM and DMARC of what comes in, DKIM and DNS records of what goes out."""
