"""The shared kernel: tenancy, people, money, time, news, audit, work. It knows no billing noun."""
