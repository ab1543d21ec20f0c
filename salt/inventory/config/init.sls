include:
  - .tls
  - .wires
  - .file
