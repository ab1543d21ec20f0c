include:
  - .pointers
  - .scripts
  - .site
