"""Is FILE a certificate, with its chain, and the key that belongs to it, and does it hold today? 0, or a sentence and 1."""

import datetime
import ssl
import sys

from cryptography import x509

file = sys.argv[1]
try:
    # As the service loads it. A key with a password is refused: nobody is there to type it.
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, password=lambda: "")
    with open(file, "rb") as pem:
        certificate = x509.load_pem_x509_certificates(pem.read())[0]
except ssl.SSLError as e:
    words = {"KEY_VALUES_MISMATCH": "the key is not the certificate's"}
    sys.exit(f"certificate and key are refused: {words.get(e.reason, e.reason or e)}")
except (OSError, ValueError) as e:
    sys.exit(f"certificate and key are refused: {e}")
now = datetime.datetime.now(datetime.UTC)
if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
    sys.exit(f"certificate and key are refused: the certificate is valid from {certificate.not_valid_before_utc} to "
             f"{certificate.not_valid_after_utc}, now is {now:%Y-%m-%d %H:%M} UTC")
