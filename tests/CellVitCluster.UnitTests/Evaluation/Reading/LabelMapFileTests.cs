using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Formats;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.TestSupport;
using CsCheck;

namespace CellVitCluster.UnitTests.Evaluation.Reading;

public sealed class LabelMapFileTests : IDisposable
{
    private static readonly int[,] Small = { { 0, 7, 7 }, { 300, 0, 7 }, { 300, 300, 0 } };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Grey_png_is_read_without_loss_through_every_filter(int bits) =>
        Gen.Int[0, (1 << bits) - 1].Array2D[7, 11].Sample(
            values =>
            {
                using var rows = new PngLabelRows(new MemoryStream(GreyPngFile.Of(values, bits)));
                (rows.Width, rows.Height).ShouldBe((11, 7));
                int[] row = new int[11];
                for (int y = 0; y < 7; y++)
                {
                    rows.Read(row);
                    row.ShouldBe(Enumerable.Range(0, 11).Select(x => values[y, x]));
                }
            },
            iter: 50);

    [Fact]
    public void Instances_come_by_ascending_number_with_the_means_of_their_pixel_centers()
    {
        EvaluationImage image = Read(Write("a.png", GreyPngFile.Of(Small, 16)));

        (image.Name, image.Width, image.Height, image.HasClasses, image.HasRegions).ShouldBe(("a", 3, 3, false, true));
        image.Cells.Select(c => c.Region!.Area).ShouldBe([3, 3]);
        image.Cells[0].Centroid.X.ShouldBe(2 + (1 / 6.0), 1e-12);
        image.Cells[0].Centroid.Y.ShouldBe(0.5 + (1 / 3.0), 1e-12);
    }

    [Theory]
    [InlineData("u1", 1)]
    [InlineData("u2", 2)]
    [InlineData("i4", 4)]
    [InlineData("u4", 4)]
    [InlineData("i8", 8)]
    public void Arrays_of_every_integer_type_are_label_maps(string type, int size)
    {
        byte[] elements = new byte[6 * size];
        elements[0] = 9;
        elements[5 * size] = 9;

        EvaluationImage image = Read(Write("b.npy", [.. new NpyHeader((size == 1 ? "|" : "<") + type, [2, 3]).ToBytes(), .. elements]));

        image.Cells.ShouldHaveSingleItem().Region!.Runs.ToArray().ShouldBe([new(0, 0, 1), new(1, 2, 3)]);
    }

    [Fact]
    public void Class_maps_beside_the_instances_vote_and_255_is_no_label()
    {
        Directory.CreateDirectory(_folder.File("inst"));
        Directory.CreateDirectory(_folder.File("types"));
        Write("inst/c.png", GreyPngFile.Of(new[,] { { 1, 1, 1, 2, 2, 3, 3, 3 } }, 16));
        Write("types/c.png", GreyPngFile.Of(new[,] { { 0, 0, 4, 255, 255, 255, 2, 5 } }, 8));

        EvaluationImage image = EvaluationFiles.Find(_folder.Path).ShouldHaveSingleItem().Read();

        image.HasClasses.ShouldBeTrue();
        image.Cells.Select(c => c.ClassName).ShouldBe(["4", null, "2"]);
    }

    [Fact]
    public void Real_masks_have_the_nuclei_their_list_states()
    {
        IReadOnlyList<EvaluationSource> files = EvaluationFiles.Find(SharedData.Path("data", "tiles"));
        string[][] list = [.. File.ReadLines(SharedData.Path("data", "tiles", "manifest.csv")).Skip(1).Select(line => line.Split(','))];

        files.Count.ShouldBe(21);
        foreach (EvaluationSource file in files)
        {
            // Columns from the end, because descriptions before them may hold commas.
            string stated = list.Single(line => line[0] == file.Name)[^3];
            file.Read().Cells.Count.ShouldBe(int.Parse(stated, System.Globalization.CultureInfo.InvariantCulture), file.Name);
        }
    }

    [Fact]
    public void A_damaged_or_cut_file_is_refused_with_its_name()
    {
        byte[] whole = GreyPngFile.Of(Small, 16);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Bool, Gen.Int[1, 255]).Sample(
            (position, cut, change) =>
            {
                byte[] bytes = cut ? whole[..position] : [.. whole];
                if (!cut)
                {
                    bytes[position] = (byte)(bytes[position] ^ change);
                }

                string path = Write("damaged.png", bytes);
                try
                {
                    // Nothing is lost when the damage lies behind the pixels.
                    Read(path).Cells.Count.ShouldBe(2);
                    position.ShouldBeGreaterThan(whole.Length - 30);
                }
                catch (CellVitException e)
                {
                    e.Code.ShouldBe(ErrorCode.EvaluationInputInvalid);
                    e.Message.ShouldContain("damaged.png");
                }
            },
            iter: 500, threads: 1);
    }

    [Theory]
    [InlineData(16, 2, 0, "RGB")]
    [InlineData(8, 3, 0, "palette")]
    [InlineData(16, 0, 1, "interlaced")]
    public void Other_kinds_of_png_are_refused_by_kind(int bits, byte color, byte interlace, string kind) =>
        Should.Throw<CellVitException>(() => Read(Write("d.png", GreyPngFile.Of(Small, bits, color, interlace)))).Message.ShouldContain(kind);

    [Fact]
    public void Arrays_that_are_no_label_maps_are_refused()
    {
        Message([.. new NpyHeader("<f4", [1, 1]).ToBytes(), 0, 0, 0, 0]).ShouldContain("integers");
        Message([.. new NpyHeader("<i4", [4]).ToBytes(), .. new byte[16]]).ShouldContain("(height, width)");
        Message([.. new NpyHeader("<i4", [2, 2]).ToBytes(), .. new byte[15]]).ShouldContain("truncated");
        Message([.. new NpyHeader("<i4", [1, 1]).ToBytes(), 255, 255, 255, 255]).ShouldContain("-1");
        Message("no array"u8.ToArray()).ShouldContain("NumPy");
        Message([]).ShouldContain("NumPy");

        string Message(byte[] bytes) => Should.Throw<CellVitException>(() => Read(Write("e.npy", bytes))).Message;
    }

    [Fact]
    public void A_class_map_of_another_size_is_refused()
    {
        Directory.CreateDirectory(_folder.File("inst"));
        Directory.CreateDirectory(_folder.File("types"));
        Write("inst/f.png", GreyPngFile.Of(Small, 16));
        Write("types/f.png", GreyPngFile.Of(new[,] { { 1, 2 } }, 8));

        Should.Throw<CellVitException>(() => EvaluationFiles.Find(_folder.Path)[0].Read()).Message.ShouldContain("2 × 1");
    }

    private static EvaluationImage Read(string path) => EvaluationFiles.Find(path).ShouldHaveSingleItem().Read();

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return _folder.File(name);
    }
}
