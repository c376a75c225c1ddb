module urlcheck/bench

go 1.18
