/* A program that borrows one function from a library of its own. Names and word are put in when a lesson begins. */
#include <stdio.h>

const char *cargo(void);

int main(void)
{
    printf("@NAME is afloat, its library says: %s\n", cargo());
    return 0;
}
