namespace CellVitCluster.Inference.Verification;

/// <summary>The pictures that the recorded forward passes were made with. Source: goldens/forward/README.md, "inputs".</summary>
internal static class ForwardInput
{
    /// <summary>Loads the batch of an input.</summary>
    /// <param name="input">Name, for example <c>crop_224</c>.</param>
    /// <param name="pictures">Folder with the pictures.</param>
    /// <exception cref="FormatException">The name is unknown, or a picture cannot be read.</exception>
    public static IReadOnlyList<PictureFile> Load(string input, string pictures)
    {
        PictureFile Picture(string name) => PictureFile.Load(Path.Combine(pictures, name + ".png"));
        return input switch
        {
            "tile_a_256" or "mosaic_1024" => [Picture(input)],
            "crop_224" => [Picture("tile_a_256").Crop(24, 16, 224, 224)],
            "nonsquare_256x512" => [Picture("mosaic_1024").Crop(256, 0, 512, 256)],
            "batch2_256" => [Picture("tile_a_256"), Picture("tile_b_256")],
            _ => throw new FormatException($"Input '{input}' is unknown."),
        };
    }
}
