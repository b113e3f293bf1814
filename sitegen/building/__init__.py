"""The whole: files to a plan, jobs to pages, pages to an output folder."""
