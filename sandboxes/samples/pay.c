/* A program that looks for a file and keeps quiet when it finds none: only its system calls tell. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    const char *key = "@KEY@=";
    char line[256] = "";
    FILE *file = fopen("/etc/@DIR@/@TOKEN@@.conf", "r");

    if (!file)
        return 3;
    if (!fgets(line, sizeof line, file)) {
        fprintf(stderr, "@NAME-pay: the file is open, but nothing can be read from it\n");
        return 4;
    }
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, key, strlen(key)) || !line[strlen(key)]) {
        fprintf(stderr, "@NAME-pay: the first line must be %sA WORD OF YOUR OWN\n", key);
        return 5;
    }
    printf("@NAME-pay: paid, %s\n", line);
    return 0;
}
