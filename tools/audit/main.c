/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - mtlsauth-audit. */
int main(void)
{
    return 2;
}
