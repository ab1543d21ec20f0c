include:
  - .limits
  - .certificate
  - .file
