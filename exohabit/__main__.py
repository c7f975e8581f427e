"""`python -m exohabit` is the command `exohabit`."""

from exohabit.console import main

main(prog_name="exohabit")
