"""Letters 公文 as files of office programs: PDF and docx, by GB/T 9704-2012 (DESIGN D14)."""
