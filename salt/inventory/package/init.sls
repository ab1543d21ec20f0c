include:
  - .installed
  - .user
