/* The library: it alone knows the word. */
const char *cargo(void)
{
    return "@TOKEN@@";
}
