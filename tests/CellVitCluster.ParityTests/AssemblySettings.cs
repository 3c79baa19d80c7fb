// Networks use all cores themselves, and some tests watch the memory of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
