include:
  - .tls
  - .password
  - .wires
  - .file
