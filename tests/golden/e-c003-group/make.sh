# A list as long as may be, and one that has an id too many.
mkdir -p variants/groups
awk 'BEGIN { for (i = 1; i <= 1000000; i++) print i }' > variants/groups/fits.txt
awk 'BEGIN { for (i = 1; i <= 1000001; i++) print i }' > variants/groups/more.txt
