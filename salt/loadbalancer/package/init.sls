include:
  - .installed
