namespace CellVitCluster.ParityTests.Model;

/// <summary>Mean, standard deviation and the elements 0, n / 3, n / 2 and n − 1 of outputs of networks with formula weights. Source: spec/model.md §9.</summary>
internal static class ConformanceTable
{
    /// <summary>Whole networks: tensors by their names in the published output.</summary>
    public static string Network(string model, int side) => (model, side) switch
    {
        ("CellViT256", 256) => """
            tissue_types 0.189669 0.730568 -1.47083 0.25605 0.91514 0.03800
            """,
        ("CellViT256", 1024) => """
            tissue_types 0.278617 0.773392 -1.51278 0.04488 0.99606 0.08345
            """,
        ("SAM-B", 256) => """
            tissue_types 0.277081 0.594396 0.32488 0.57791 0.33835 0.21156
            """,
        ("SAM-L", 256) => """
            nuclei_binary_map 0.080948 0.115165 -0.01133 0.04214 -0.02491 -0.02636
            """,
        ("SAM-H", 256) => """
            tissue_types 0.074219 0.613540 0.31182 -0.49064 -0.19055 0.22663
            """,
        ("UNI", 256) => """
            tissue_types 0.342223 2.879037 -2.09457 -0.25753 -2.28822 3.62744
            """,
        ("Virchow", 256) => """
            tissue_types -1.185955 2.681578 2.08012 -3.95888 -2.90140 -0.77422
            """,
        ("Virchow2", 256) => """
            tissue_types -0.975662 2.097987 -0.46574 -4.56986 -0.18867 -0.71962
            """,
        ("SAM-B", 1024) => """
            tissue_types 0.000371 0.773173 0.01940 -0.48505 -0.25673 0.17426
            """,
        ("UNI", 1024) => """
            tissue_types 0.306530 2.809738 -2.49738 -0.29916 -2.73099 3.15786
            """,
        _ => throw new ArgumentOutOfRangeException(nameof(model)),
    };

    /// <summary>Encoders alone at a side of 1024: tissue (of SAM, the mean of its neck) and the four taps.</summary>
    public static string Encoder(string model) => model switch
    {
        _ => throw new ArgumentOutOfRangeException(nameof(model)),
    };
}
