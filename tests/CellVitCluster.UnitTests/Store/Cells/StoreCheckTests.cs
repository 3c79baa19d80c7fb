using CellVitCluster.Store.Cells;

namespace CellVitCluster.UnitTests.Store.Cells;

public sealed class StoreCheckTests
{
    [Theory]
    [InlineData("cells.parquet")]
    [InlineData("tokens.npy")]
    [InlineData("density/0.npy")]
    [InlineData("density/7.npy")]
    [InlineData("manifest.json")]
    public void A_flipped_bit_anywhere_is_found_in_the_right_file(string name)
    {
        using var built = new BuiltStore(SyntheticCells.Many(500));
        StoreCheck.Run(built.Path).ShouldBeEmpty();
        byte[] sound = File.ReadAllBytes(built.File(name));
        var random = new Random(3);
        for (int i = 0; i < 12; i++)
        {
            byte[] damaged = [.. sound];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(built.File(name), damaged);

            StoreCheck.Run(built.Path).ShouldContain(finding => finding.File == name);
        }

        File.WriteAllBytes(built.File(name), sound);
        StoreCheck.Run(built.Path).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cells.parquet")]
    [InlineData("tokens.npy")]
    [InlineData("density/0.npy")]
    public void A_missing_or_truncated_file_is_found(string name)
    {
        using var built = new BuiltStore(SyntheticCells.Many(500));
        byte[] sound = File.ReadAllBytes(built.File(name));

        File.WriteAllBytes(built.File(name), sound[..(sound.Length / 2)]);
        StoreCheck.Run(built.Path).ShouldContain(finding => finding.File == name);

        File.Delete(built.File(name));
        StoreCheck.Run(built.Path).ShouldContain(finding => finding.File == name);
    }

    [Fact]
    public void Files_of_another_store_do_not_pass()
    {
        using var built = new BuiltStore(SyntheticCells.Many(500, seed: 1));
        using var other = new BuiltStore(SyntheticCells.Many(400, seed: 2));
        File.Copy(other.File("tokens.npy"), built.File("tokens.npy"), overwrite: true);

        StoreCheck.Run(built.Path).Where(f => f.File == "tokens.npy").Count().ShouldBe(2);
    }
}
